from rtfm_mmaction.workshop.cli.ends import main

if __name__ == '__main__':
    main()
