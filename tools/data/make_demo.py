from rtfm_mmaction.workshop.cli.make_demo import main

if __name__ == '__main__':
    main()
