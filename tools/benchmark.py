from rtfm_mmaction.workshop.cli.benchmark import main

if __name__ == '__main__':
    main()
